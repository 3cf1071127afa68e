{#- A row as one readable text, 'order_id=536365; customer_id=NULL', for rejected_records. -#}
{% macro record_text(columns) %}
  {%- set parts = [] -%}
  {%- for label, expression in columns.items() -%}
    {%- do parts.append("'" ~ label ~ "=' || coalesce(cast(" ~ expression ~ " as string), 'NULL')") -%}
  {%- endfor -%}
  {{- return(parts | join(" || '; ' || ")) -}}
{% endmacro %}
