-- One refused row with the document that a refused claim was read in; several where they begin with the same key.
with refused as (
    select 'documents' as table_name, * from quarantine_documents
    union all by name
    select 'claims' as table_name, * from quarantine_claims
    union all by name
    select 'company_facts' as table_name, * from quarantine_company_facts
)

select
    refused.table_name,
    refused.row_key,
    refused.rules,
    refused.reasons,
    refused.row_json,
    refused.quarantined_at,
    refused.landing_day,
    coalesce(document.publisher, refused.row_json ->> 'publisher', refused.source, document.source) as publisher,
    coalesce(document.title, refused.row_json ->> 'title') as title,
    coalesce(document.url, refused.row_json ->> 'url') as url
from refused
left join dim_document as document on refused.row_json ->> 'document_id' = document.document_id
where starts_with(refused.row_key, $row_key)
order by refused.row_key
