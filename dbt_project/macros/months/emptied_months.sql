{#- A row of nothing but its month for each month of this table that is replaced and that `rows`, a CTE,
    has no rows of any more: neither engine replaces a month that is not among the new rows. -#}
{% macro emptied_months(rows, columns, replaced_from) %}
  {%- if is_incremental() %}
    union all

    select
        {%- for column in columns %}
        null as {{ column }},
        {%- endfor %}
        order_month

    from (
        select distinct order_month from {{ this }}
        {%- if replaced_from %}
        where order_month >= date '{{ replaced_from }}'
        {%- endif %}
    ) as replaced_months
    where order_month not in (select order_month from {{ rows }})
  {%- endif %}
{% endmacro %}
