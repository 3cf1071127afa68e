{#- What systems put before the name of a status ('wc-completed'), as it stands in a conformed one. -#}
{% macro status_prefixes() %}
  {{- return(['wc ', 'edd ', 'order status ', 'order state ', 'order: ', 'order ', 'status: ', 'status ']) -}}
{% endmacro %}
