-- One row a filer, metric, currency and day from which values are on a new basis. Each restated period says that the
-- basis changed after its old value was last filed and by the day on which its new one was. The days here are the
-- fewest that explain all restatements: comparatives that follow a change, period by period, are the same change.
-- Rounding is no change of basis.
with recursive restatements as (
    select distinct
        filer_cik,
        metric,
        unit,
        value_before_last_filed_on as old_until,
        filed_on as new_from
    from {{ ref('int_filing_periods_valued') }}
    where is_restatement and value_before_last_filed_on < filed_on
),

changes as (
    select
        filer_cik,
        metric,
        unit,
        min(new_from) as changed_on
    from restatements
    group by filer_cik, metric, unit
    union all
    select
        changes.filer_cik,
        changes.metric,
        changes.unit,
        min(restatements.new_from) as changed_on
    from changes
    inner join restatements
        on
            changes.filer_cik = restatements.filer_cik
            and changes.metric = restatements.metric
            and changes.unit = restatements.unit
            and changes.changed_on <= restatements.old_until
    group by changes.filer_cik, changes.metric, changes.unit
)

select
    filer_cik,
    metric,
    unit,
    changed_on
from changes
