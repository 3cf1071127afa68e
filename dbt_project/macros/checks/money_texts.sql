{#- A query of the texts that an input's column of money is made of, as `text`: the column itself, or those columns
    of text that an expression names which takes signs of currencies off. None where there are no texts. -#}
{% macro money_texts(input, name, types) %}
  {%- if warehouse_segmentation.type_family(types[name]) == 'text' -%}
    {{- return('select ' ~ warehouse_segmentation.quoted(name) ~ ' as text from (' ~ warehouse_segmentation.mapped_query(input) ~ ') as mapped') -}}
  {%- endif -%}
  {%- set expression = warehouse_segmentation.input_expressions(input)[name] -%}
  {%- if not modules.re.search('[$€£]', expression) -%}{{- return(none) -}}{%- endif -%}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) -%}
  {%- set words = modules.re.findall('[A-Za-z_][A-Za-z0-9_]*', expression) | map('lower') | list
        + modules.re.findall('["`]([^"`]+)["`]', expression) | map('lower') | list -%}
  {%- set selected = [] -%}
  {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) -%}
    {%- if column.name | lower in words and warehouse_segmentation.type_family(column.type) == 'text' -%}
      {%- do selected.append('select ' ~ warehouse_segmentation.quoted(column.name) ~ ' as text from ' ~ relation ~ (' where ' ~ config.where if config.get('where') else '')) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(selected | join(' union all ') or none) -}}
{% endmacro %}
