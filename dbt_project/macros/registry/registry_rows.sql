{#- A registry table: the columns it has and no rows. dbt creates it once, empty; `segment fit` appends
    to it; neither a rebuild nor --full-refresh touches what is in it. -#}
{% macro registry_rows(columns) %}
select
    {%- for name, type in columns.items() %}
    cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
where false
{% endmacro %}
