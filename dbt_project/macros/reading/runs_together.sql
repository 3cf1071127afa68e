{#- Whether two numbers of a format have nothing between them, as in yyyymmdd. Only the number of digits
    separates them. -#}
{% macro runs_together(format) %}
  {%- set found = [] -%}
  {%- set before = {'is_number': false} -%}
  {%- for part in warehouse_segmentation.format_parts(format) -%}
    {%- set is_number = part.kind == 'token' and part.text not in ['mmmm', 'mmm', 'am', 'tz'] -%}
    {%- if is_number and before.is_number -%}{%- do found.append(part.text) -%}{%- endif -%}
    {%- do before.update({'is_number': is_number}) -%}
  {%- endfor -%}
  {{- return(found | length > 0) -}}
{% endmacro %}
