-- One row a claim, with who it is about and the fact that it speaks of. The operator of a named facility owns what
-- stands there, whoever the paper names; `organization_stated` keeps the paper's word. A name outside the vocabulary
-- ("Tesla + xAI") gets a key of its own. Corrected claims are attributed anew each time: a correction may change.
-- depends_on: {{ ref('stg_raw__claims') }}, {{ ref('stg_raw__corrections') }}
{{ config(materialized='incremental', pre_hook="{{ note_new_claims() }}") }}

with claims as (
    select * from {{ changed(ref('int_claims_corrected'), 'claim_id') }}
),

attributed as (
    select
        claims.*,
        case
            -- the price of a chip is its maker's, wherever the chip will stand
            when claims.metric = 'accelerator_price' then claims.organization_stated
            else coalesce(facilities.operator, claims.organization_stated)
        end as organization
    from claims
    left join {{ ref('facilities') }} as facilities on claims.facility = facilities.facility
),

named as (
    select
        stated.organization,
        coalesce(organizations.organization_id, {{ slug('stated.organization') }}) as organization_id
    from (select distinct attributed.organization from attributed) as stated
    left join {{ ref('organizations') }} as organizations on stated.organization = organizations.organization
),

identified as (
    select
        attributed.*,
        named.organization_id
    from attributed
    inner join named on attributed.organization = named.organization
)

select
    *,
    {{ fact_key() }} as fact_id
from identified
