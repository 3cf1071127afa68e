{#- Drops what earlier versions kept of the order lines beside this model, ids of customers among it. Called where
    the model is made, not as a hook of it, which would take the place of a host's own. -#}
{% macro drop_retired() %}
  {%- if execute -%}
    {%- for name in ['order_days', 'customer_products', 'customer_categories', 'product_names', 'rejected_lines', 'transaction_months'] -%}
      {%- set relation = adapter.get_relation(database=this.database, schema=this.schema, identifier='int_segmentation__' ~ name) -%}
      {%- if relation is not none -%}{%- do adapter.drop_relation(relation) -%}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
