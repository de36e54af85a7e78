-- One row a claim, with who it is about. The operator of a named facility owns what stands there, whoever the paper
-- names; `organization_stated` keeps the paper's word. A name outside the vocabulary ("Tesla + xAI") gets a key of
-- its own.
with readings as (
    -- only the newest reading of a document counts: an older version's claims stay, but stand no more
    select
        document_id,
        extractor,
        extractor_version,
        row_number() over (
            partition by document_id order by extracted_at desc, extractor desc, extractor_version desc
        ) = 1 as is_latest_reading
    from {{ ref('stg_raw__extractions') }}
),

attributed as (
    select
        claims.*,
        case
            -- the price of a chip is its maker's, wherever the chip will stand
            when claims.metric = 'accelerator_price' then claims.organization_stated
            else coalesce(facilities.operator, claims.organization_stated)
        end as organization
    from {{ ref('stg_raw__claims') }} as claims
    left join {{ ref('facilities') }} as facilities on claims.facility = facilities.facility
)

select
    attributed.*,
    coalesce(organizations.organization_id, {{ slug('attributed.organization') }}) as organization_id,
    coalesce(readings.is_latest_reading, false) as is_latest_reading
from attributed
left join {{ ref('organizations') }} as organizations on attributed.organization = organizations.organization
left join readings
    on
        attributed.document_id = readings.document_id
        and attributed.extractor = readings.extractor
        and attributed.extractor_version = readings.extractor_version
