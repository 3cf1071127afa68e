{#- What an archetype may bound, in order. Each is the mean share of customers, 0 to 1, whom a segment's
    customers exceed in a feature (segment/core/playbook.py); in recency the latest order is at 1. -#}
{% macro playbook_measures() %}
  {{- return(['recency', 'frequency', 'monetary', 'basket', 'discount', 'tenure']) -}}
{% endmacro %}
