{#- Drops the tables in which earlier versions kept order lines, including ids of customers. It is called where the
    model is built, not as a hook, because a hook would replace the host's own. -#}
{% macro drop_retired() %}
  {%- if execute -%}
    {%- for name in ['order_days', 'customer_products', 'customer_categories', 'product_names', 'rejected_lines', 'transaction_months'] -%}
      {%- set relation = adapter.get_relation(database=this.database, schema=this.schema, identifier='int_segmentation__' ~ name) -%}
      {%- if relation is not none -%}{%- do adapter.drop_relation(relation) -%}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
