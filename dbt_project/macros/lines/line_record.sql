{#- An order line as readable text, for rejected_records. -#}
{% macro line_record() %}
  {{- return(warehouse_segmentation.record_text({
        'order_id': 'order_id', 'line_id': 'line_id', 'customer_id': 'customer_id', 'product_id': 'product_id',
        'quantity': 'quantity_given', 'unit_price': 'unit_price_given', 'discount_amount': 'discount_amount_given',
        'amount': 'amount_given', 'is_return': 'is_return_given', 'status': 'status', 'ordered_at': 'ordered_at_given'
      }, warehouse_segmentation.input_types('transactions'))) -}}
{% endmacro %}
