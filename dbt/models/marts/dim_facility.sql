-- One row a named cluster or site.
select
    facilities.facility,
    organizations.organization_id,
    facilities.operator,
    facilities.site,
    facilities.aliases
from {{ ref('facilities') }} as facilities
left join {{ ref('organizations') }} as organizations on facilities.operator = organizations.organization
