{#- A flag as BOOLEAN, by the texts that its entry in `read` lists or by the usual ones; NULL for any other. -#}
{% macro read_flag(expression, data_type='varchar', entry={}) %}
  {%- set listed = entry.get('true_values') is not none or entry.get('false_values') is not none -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'boolean' and not listed -%}
    {{- return(expression) -}}
  {%- endif -%}
  {%- set true_values = entry.get('true_values') if listed else ['true', 't', 'yes', 'y', '1'] -%}
  {%- set false_values = entry.get('false_values') if listed else ['false', 'f', 'no', 'n', '0'] -%}
  {%- set branches = [] -%}
  {%- for value, texts in [('true', true_values), ('false', false_values)] -%}
    {%- for literal in warehouse_segmentation.text_literals(warehouse_segmentation.read_list(texts) | map('lower') | list) -%}
      {%- do branches.append('when ' ~ literal ~ ' then ' ~ value) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return('case ' ~ warehouse_segmentation.plain_text(expression, data_type) ~ ' ' ~ branches | join(' ') ~ ' end') -}}
{% endmacro %}
