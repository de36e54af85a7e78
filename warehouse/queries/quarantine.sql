-- What was refused, by table, source and reason.
select table_name, coalesce(source, ''), reason, count(*) as refused
from (
    select 'documents' as table_name, source, unnest(reasons) as reason from quarantine_documents
    union all
    select 'claims', source, unnest(reasons) from quarantine_claims
    union all
    select 'company_facts', source, unnest(reasons) from quarantine_company_facts
)
group by all
order by refused desc, table_name, reason
