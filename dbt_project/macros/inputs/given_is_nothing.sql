{#- Whether the raw value of a column of the transactions is missing. -#}
{% macro given_is_nothing(name, kind, types) %}
  {{- return(warehouse_segmentation.says_nothing(
        name ~ '_given', types[name], warehouse_segmentation.read_entry('transactions', name), kind, name)) -}}
{% endmacro %}
