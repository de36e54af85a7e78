-- One row a declared correction. What it corrected bears its id in fct_claims.
select
    correction_id,
    any_value(action) as action,
    any_value(reason) as reason,
    any_value(author) as author,
    any_value(corrected_on) as corrected_on,
    any_value(changes) as changes,
    any_value(concept) as concept,
    any_value(accession) as accession,
    count(*) as row_count
from {{ ref('stg_raw__corrections') }}
group by correction_id
