-- One row a chip, with its worth in chips of the reference kind on two bases. Dense figures only: sparse ones are
-- twice as high and say little. A chip without a figure has none here: a guess would enter every sum.
with chips as (
    select * from {{ ref('accelerators') }}
),

reference as (
    select
        dense_16bit_tflops,
        dense_8bit_tops
    from chips
    where chip = '{{ var("reference_chip") }}'
)

select
    chips.chip,
    chips.vendor,
    chips.family,
    chips.aliases,
    chips.dense_16bit_tflops,
    chips.dense_8bit_tops,
    chips.tdp_w,
    chips.dense_16bit_tflops / reference.dense_16bit_tflops as h100e_16bit,
    chips.dense_8bit_tops / reference.dense_8bit_tops as h100e_8bit,
    chips.source
from chips
cross join reference
