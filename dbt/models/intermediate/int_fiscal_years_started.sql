-- One row a filer and day on which a fiscal year began, told by the shape of what was filed and not by its labels.
-- A half or nine months begin where the year does, and so does a year; the next year begins on the day after it.
-- Trailing twelve months look like a year and begin elsewhere: a period of twelve months counts where it is whole years
-- from a half or nine months, or, of a filer that gives neither, where it stands in an annual report.
with periods as (
    select distinct
        filer_cik,
        period_start,
        period_end,
        period_months,
        form,
        accession,
        filing_fiscal_period
    from {{ ref('int_company_facts_mapped') }}
    where period_months is not null
),

-- A second half of a year follows the first half, and the two make a year.
years_to_date as (
    select distinct
        periods.filer_cik,
        periods.period_start
    from periods
    left join periods as first_half
        on
            periods.filer_cik = first_half.filer_cik
            and periods.period_months = 6
            and first_half.period_months = 6
            and periods.period_start = first_half.period_end + 1
    left join periods as whole
        on
            first_half.filer_cik = whole.filer_cik
            and whole.period_months = 12
            and first_half.period_start = whole.period_start
            and periods.period_end = whole.period_end
    where periods.period_months in (6, 9) and whole.filer_cik is null
),

years as (
    select distinct
        periods.filer_cik,
        periods.period_start,
        periods.period_end
    from periods
    left join years_to_date on periods.filer_cik = years_to_date.filer_cik
    where
        periods.period_months = 12
        and case
            when years_to_date.filer_cik is null then regexp_matches(periods.form, '^(10-K|20-F|40-F)')
            else {{ days_off_whole_years('periods.period_start', 'years_to_date.period_start') }} <= 10
        end
),

starts as (
    select
        filer_cik,
        period_start as year_start
    from years_to_date
    union
    select
        filer_cik,
        period_start as year_start
    from years
    union
    select
        filer_cik,
        cast(period_end + 1 as date) as year_start
    from years
),

-- A filer of whom only quarters are known yet: there a label has to do, and else the calendar.
first_quarters as (
    select
        filer_cik,
        period_start,
        cast(
            coalesce(
                nullif(regexp_extract(filing_fiscal_period, '^Q([1-4])$', 1), ''), cast(quarter(period_end) as varchar)
            ) as integer
        ) as fiscal_quarter
    from periods
    where filer_cik not in (select starts.filer_cik from starts)
    qualify row_number() over (partition by filer_cik order by period_end, accession) = 1
)

select
    filer_cik,
    year_start
from starts
union
select
    filer_cik,
    cast(period_start - to_months(3 * (fiscal_quarter - 1)) as date) as year_start
from first_quarters
