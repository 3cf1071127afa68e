{#- The tables that keep what was made of the order lines, month by month, and the one that is written
    last and says which months the others hold. -#}
{% macro monthly_models() %}
  {{- return([
    'int_segmentation__order_days',
    'int_segmentation__customer_products',
    'int_segmentation__customer_categories',
    'int_segmentation__product_names',
    'int_segmentation__rejected_lines',
    'int_segmentation__transaction_months'
  ]) -}}
{% endmacro %}
