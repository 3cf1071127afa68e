{#- The key of an order: a 64-bit number that is only compared within one customer. For a file that has only the
    newest days, whose earlier lines cannot be read again, it is a number that every engine and version computes in
    the same way. -#}
{% macro order_key(expression) %}
  {%- if warehouse_segmentation.is_rolling('transactions') -%}
    {{- return(warehouse_segmentation.lasting_key(expression)) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.hashed([expression])) -}}
{% endmacro %}

{#- A hash of the line's id and of everything else that is read and not kept: the text of a repeated line is built
    from these. Without line ids, no line is repeated. -#}
{% macro line_key(dot='') %}
  {%- if 'line_id' not in warehouse_segmentation.input_expressions('transactions') -%}
    {{- return('cast(null as bigint)') -}}
  {%- endif -%}
  {%- set fields = [] -%}
  {%- for name in ['line_id', 'status', 'ordered_at_given', 'amount_given', 'quantity_given', 'unit_price_given', 'discount_amount_given', 'is_return_given'] -%}
    {%- do fields.append(dot ~ name) -%}
  {%- endfor -%}
  {{- return(warehouse_segmentation.hashed(fields)) -}}
{% endmacro %}

{#- A BIGINT computed from a text, the same on every engine and in every version. -#}
{% macro lasting_key(expression) %}
  {{- return(adapter.dispatch('segmentation_lasting_key', 'warehouse_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__segmentation_lasting_key(expression) %}
  {{- return("cast('0x' || substr(md5(" ~ expression ~ "), 1, 15) as bigint)") -}}
{% endmacro %}

{% macro spark__segmentation_lasting_key(expression) %}
  {{- return("cast(conv(substr(md5(" ~ expression ~ "), 1, 15), 16, 10) as bigint)") -}}
{% endmacro %}

{#- A BIGINT computed from values in order; a missing value counts as a value. Engines, and versions of an engine,
    compute different numbers from the same values. -#}
{% macro hashed(expressions) %}
  {{- return(adapter.dispatch('segmentation_hashed', 'warehouse_segmentation')(expressions)) -}}
{% endmacro %}

{% macro default__segmentation_hashed(expressions) %}
  {#- which is unsigned: the lowest bit is left out -#}
  {{- return('cast(hash(' ~ expressions | join(', ') ~ ') >> 1 as bigint)') -}}
{% endmacro %}

{% macro spark__segmentation_hashed(expressions) %}
  {#- which leaves missing values out: the same text in the next column would be the same number -#}
  {%- set told = [] -%}
  {%- for expression in expressions -%}
    {%- do told.append('(' ~ expression ~ ') is null, ' ~ expression) -%}
  {%- endfor -%}
  {{- return('xxhash64(' ~ told | join(', ') ~ ')') -}}
{% endmacro %}
