{% test quote_at_its_offsets(model) %}
-- The receipt: the quote stands in the document's text where the claim says, character for character.
select claims.claim_id
from {{ model }} as claims
inner join {{ ref('stg_raw__documents') }} as documents on claims.document_id = documents.document_id
where
    claims.statement_kind = 'claim'
    and substr(documents.text, claims.char_start + 1, claims.char_end - claims.char_start) <> claims.quote
{% endtest %}
