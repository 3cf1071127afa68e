{#- A text as a SQL literal. -#}
{% macro text_literal(value) %}
  {{- return(warehouse_segmentation.text_literals([value])[0]) -}}
{% endmacro %}

{#- Texts as a list of SQL literals. Spark reads backslashes in literals as escapes, DuckDB does not. One dispatch
    serves them all, because a dispatch takes longer than writing a literal. -#}
{% macro text_literals(values) %}
  {{- return(adapter.dispatch('segmentation_text_literals', 'warehouse_segmentation')(values)) -}}
{% endmacro %}

{% macro default__segmentation_text_literals(values) %}
  {%- set literals = [] -%}
  {%- for value in values -%}{%- do literals.append("'" ~ (value | string).replace("'", "''") ~ "'") -%}{%- endfor -%}
  {{- return(literals) -}}
{% endmacro %}

{% macro spark__segmentation_text_literals(values) %}
  {%- set literals = [] -%}
  {%- for value in values -%}
    {%- do literals.append("'" ~ (value | string).replace("\\", "\\\\").replace("'", "\\'") ~ "'") -%}
  {%- endfor -%}
  {{- return(literals) -}}
{% endmacro %}

{#- The shape of a text without its content: every digit is 9, every letter is a. -#}
{% macro text_shape(expression) %}
  {{- return(adapter.dispatch('segmentation_text_shape', 'warehouse_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__segmentation_text_shape(expression) %}
  {%- set digits = 'regexp_replace(' ~ expression ~ ", '\\p{N}', '9', 'g')" -%}
  {{- return('regexp_replace(' ~ digits ~ ", '\\p{L}', 'a', 'g')") -}}
{% endmacro %}

{% macro spark__segmentation_text_shape(expression) %}
  {%- set digits = 'regexp_replace(' ~ expression ~ ", '\\\\p{N}', '9')" -%}
  {{- return('regexp_replace(' ~ digits ~ ", '\\\\p{L}', 'a')") -}}
{% endmacro %}

{#- A row as one readable text, 'order_id=536365; customer_id=NULL', for rejected_records: of the columns
    that the input maps. -#}
{% macro record_text(columns, mapped) %}
  {%- set parts = [] -%}
  {%- for label, expression in columns.items() if label in mapped -%}
    {%- do parts.append(warehouse_segmentation.text_literal(label ~ '=') ~ " || coalesce(cast(" ~ expression ~ " as string), 'NULL')") -%}
  {%- endfor -%}
  {{- return(parts | join(" || '; ' || ") or "''") -}}
{% endmacro %}

{#- True where a text has a value: it is neither empty nor one of the words for a missing value. -#}
{% macro is_filled(expression) %}
  {{- return('not ' ~ warehouse_segmentation.says_nothing(expression)) -}}
{% endmacro %}

{#- The name of a column as an identifier, whatever characters it has: a quotation mark in it is doubled. The adapter
    knows the mark. -#}
{% macro quoted(name) %}
  {%- set mark = adapter.quote('')[:1] -%}
  {{- return(mark ~ (name | string).replace(mark, mark ~ mark) ~ mark) -}}
{% endmacro %}
