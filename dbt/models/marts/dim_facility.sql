-- One row a named cluster or site. A facility whose site is another facility is a phase of it.
select
    facilities.facility,
    organizations.organization_id,
    facilities.operator,
    facilities.site,
    campuses.facility as parent,
    facilities.aliases
from {{ ref('facilities') }} as facilities
left join {{ ref('organizations') }} as organizations on facilities.operator = organizations.organization
left join {{ ref('facilities') }} as campuses on facilities.site = campuses.facility
