{#- A row as one readable text, 'order_id=536365; customer_id=NULL', for rejected_records: of the columns
    that the input maps. -#}
{% macro record_text(columns, mapped) %}
  {%- set parts = [] -%}
  {%- for label, expression in columns.items() if label in mapped -%}
    {%- do parts.append(warehouse_segmentation.text_literal(label ~ '=') ~ " || coalesce(cast(" ~ expression ~ " as string), 'NULL')") -%}
  {%- endfor -%}
  {{- return(parts | join(" || '; ' || ") or "''") -}}
{% endmacro %}
