{#- A flag as BOOLEAN, by the texts that its entry in `read` lists or by the usual ones; NULL for any other. -#}
{% macro read_flag(expression, data_type='varchar', entry={}) %}
  {%- set listed = entry.get('true_values') is not none or entry.get('false_values') is not none -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'boolean' and not listed -%}
    {{- return(expression) -}}
  {%- endif -%}
  {%- set true_values = entry.get('true_values') if listed else ['true', 't', 'yes', 'y', '1'] -%}
  {%- set false_values = entry.get('false_values') if listed else ['false', 'f', 'no', 'n', '0'] -%}
  {%- set branches = [] -%}
  {%- for text in warehouse_segmentation.read_list(true_values) -%}{%- do branches.append('when ' ~ warehouse_segmentation.text_literal(text | lower) ~ ' then true') -%}{%- endfor -%}
  {%- for text in warehouse_segmentation.read_list(false_values) -%}{%- do branches.append('when ' ~ warehouse_segmentation.text_literal(text | lower) ~ ' then false') -%}{%- endfor -%}
  {{- return('case ' ~ warehouse_segmentation.plain_text(expression, data_type) ~ ' ' ~ branches | join(' ') ~ ' end') -}}
{% endmacro %}
