{#- Whether a column of the transactions said nothing, of its value as it came. -#}
{% macro given_is_nothing(name, kind, types) %}
  {{- return(warehouse_segmentation.says_nothing(
        name ~ '_given', types[name], warehouse_segmentation.read_entry('transactions', name), kind, name)) -}}
{% endmacro %}
