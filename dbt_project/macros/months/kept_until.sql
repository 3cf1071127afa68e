{#- The day until which the monthly tables may be kept, 'YYYY-MM-DD': months from it on are read again. None
    when all order lines have to be read. `kept` is the relation that kept_relation() finds. -#}
{% macro kept_until(kept) %}
  {%- if kept is none or var('late_months', none) is none -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- set query -%}
    select
        {{ warehouse_segmentation.months_before('max(last_build.as_of_date)', var('late_months')) }},
        min(months.settings),
        max(months.settings)
    from {{ kept }} as months
    left join (
        select max(as_of_date) as as_of_date from {{ kept }}
        where built_at = (select max(built_at) from {{ kept }})
    ) as last_build
        on true
  {%- endset -%}
  {%- set row = run_query(query).rows[0] -%}
  {%- set settings = warehouse_segmentation.monthly_settings() -%}
  {%- if row[1] != settings or row[2] != settings -%}{{- return(none) -}}{%- endif -%}
  {{- return(row[0] | string) -}}
{% endmacro %}
