{#- The name of a column as an identifier, whatever characters it has: a quotation mark in it is doubled. The adapter tells
    the mark. -#}
{% macro quoted(name) %}
  {%- set mark = adapter.quote('')[:1] -%}
  {{- return(mark ~ (name | string).replace(mark, mark ~ mark) ~ mark) -}}
{% endmacro %}
