{#- The columns that one of `feature_relations` names, name -> SQL expression, customer_id first; only
    customer_id where it names none, so that every column joins. -#}
{% macro feature_expressions(config) %}
  {%- set expressions = {'customer_id': 'customer_id'} -%}
  {%- set columns = config.get('columns') if config is mapping else none -%}
  {%- if columns is mapping -%}
    {%- for name, expression in columns.items() if expression is not none -%}
      {%- do expressions.update({name: expression | string}) -%}
    {%- endfor -%}
  {%- elif columns is sequence and columns is not string -%}
    {%- for name in columns if name | string | lower != 'customer_id' -%}
      {%- do expressions.update({name | string: warehouse_segmentation.quoted(name | string)}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(expressions) -}}
{% endmacro %}
