{#- Whether the discounts of order lines are shares of the value rather than amounts of money. -#}
{% macro has_shares_for_discounts() %}
  {{- return(warehouse_segmentation.read_entry('transactions', 'discount_amount').get('unit') in ['percent', 'share']) -}}
{% endmacro %}
