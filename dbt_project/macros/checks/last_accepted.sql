{#- The figures of the last accepted run, or no rows before there was one. -#}
{% macro last_accepted(relation) %}
  {%- if relation is none %}
    select
        cast(null as timestamp) as accepted_at,
        cast(null as string) as input,
        cast(null as string) as measure,
        cast(null as string) as item,
        cast(null as string) as reason,
        cast(null as date) as day,
        cast(null as bigint) as rows
    where false
  {%- else %}
    select
        accepted_at,
        input,
        measure,
        item,
        reason,
        day,
        rows

    from {{ relation }}
    where accepted_at = (select max(accepted_at) from {{ relation }})
  {%- endif %}
{% endmacro %}
