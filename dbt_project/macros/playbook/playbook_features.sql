{#- The feature that each measure of an archetype is read from, {measure: feature}, as in segment/core/playbook.py. -#}
{% macro playbook_features() %}
  {{- return({
    'recency': 'days_since_last_order', 'frequency': 'orders', 'monetary': 'net_revenue', 'basket': 'avg_order_value',
    'discount': 'discount_share', 'tenure': 'days_since_first_order'
  }) -}}
{% endmacro %}
