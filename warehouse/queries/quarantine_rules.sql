-- What was refused, by table and rule, the newest first.
with refused as (
    select 'documents' as table_name, * from quarantine_documents
    union all by name
    select 'claims' as table_name, * from quarantine_claims
    union all by name
    select 'company_facts' as table_name, * from quarantine_company_facts
),

broken as (
    select table_name, row_key, quarantined_at, unnest(rules) as rule, unnest(reasons) as reason
    from refused
)

select
    table_name as "table",
    rule,
    count(*) as "rows",
    max(quarantined_at) as newest,
    arg_max(row_key, quarantined_at) as newest_row_key,
    arg_max(reason, quarantined_at) as reason
from broken
group by all
order by newest desc, "rows" desc, "table", rule
