{#- The prefixes that systems put before the name of a status ('wc-completed'), as they are in a conformed
    status. -#}
{% macro status_prefixes() %}
  {{- return(['wc ', 'edd ', 'order status ', 'order state ', 'order: ', 'order ', 'status: ', 'status ']) -}}
{% endmacro %}
