-- One row an organization: those of the vocabulary, and any other that a statement names (a joint one, or a filer).
with stated as (
    select
        organization_id,
        max(organization) as organization
    from {{ ref('fct_claims') }}
    group by organization_id
)

select
    coalesce(vocabulary.organization_id, stated.organization_id) as organization_id,
    coalesce(vocabulary.organization, stated.organization) as organization,
    vocabulary.aliases,
    vocabulary.cik,
    vocabulary.ticker,
    vocabulary.fiscal_year_end,
    vocabulary.parent,
    vocabulary.sector,
    vocabulary.organization_id is not null as is_in_vocabulary
from {{ ref('organizations') }} as vocabulary
full join stated on vocabulary.organization_id = stated.organization_id
