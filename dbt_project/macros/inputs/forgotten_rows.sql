{#- The rows of a query whose customer was forgotten, or with `is_kept` all others, rows without a customer among
    them. `customer_id` is the expression that reads the id of a row, as text. -#}
{% macro forgotten_rows(query, customer_id, forgotten, is_kept=false) %}
  select given.*
  from (
    {{ query }}
  ) as given
  cross join (select max(salt) as salt from {{ forgotten }}) as salts
  left join {{ forgotten }} as forgotten
    on {{ warehouse_segmentation.customer_hash('salts.salt', customer_id) }} = forgotten.customer_hash
  where forgotten.customer_hash is {{ '' if is_kept else 'not ' }}null
{% endmacro %}
