{#- The columns that each input may have: canonical column -> kind of value. -#}
{% macro input_definitions() %}
  {{- return({
    'customers': {
      'columns': {'customer_id': 'id', 'birth_date': 'moment', 'age': 'number', 'gender': 'category', 'annual_income': 'number',
                  'spending_score': 'number', 'signed_up_at': 'moment', 'country': 'category'},
      'required': ['customer_id'],
      'extras_allowed': true},
    'transactions': {
      'columns': {'order_id': 'id', 'line_id': 'id', 'customer_id': 'id', 'product_id': 'id', 'product_name': 'text',
                  'product_category': 'category', 'channel': 'category', 'status': 'category', 'currency': 'category',
                  'quantity': 'number', 'unit_price': 'number', 'discount_amount': 'number', 'amount': 'number', 'is_return': 'flag',
                  'ordered_at': 'moment'},
      'required': ['order_id', 'customer_id', 'ordered_at'],
      'extras_allowed': false},
    'events': {
      'columns': {'customer_id': 'id', 'event_type': 'category', 'occurred_at': 'moment'},
      'required': ['customer_id', 'occurred_at'],
      'extras_allowed': false}
  }) -}}
{% endmacro %}
