{#- The checksum of order lines over every field that is kept: of the lines in the input or, with `is_kept`, of
    the kept ones. Whether a line repeats another is left out, because it is worked out after reading; the hash
    of its id and the source of its text are included. -#}
{% macro line_checksum(is_kept=false) %}
  {%- set fields = ['customer_id', 'product_id', 'product_name', 'product_category', 'channel', 'quantity', 'discount_amount',
                    'amount', 'is_cancelled', 'ordered_at_local', 'value_reason'] -%}
  {%- if is_kept -%}
    {%- do fields.extend(['order_key', 'line_key', "nullif(reason, 'duplicate_line_id')",
                          "case when reason <> 'duplicate_line_id' or value_reason is not null then record end"]) -%}
  {%- else -%}
    {%- do fields.extend([warehouse_segmentation.order_key('order_id'), warehouse_segmentation.line_key(), 'reject_reason',
                          'case when reject_reason is not null or value_reason is not null then ' ~ warehouse_segmentation.line_record() ~ ' end']) -%}
  {%- endif -%}
  {{- return(warehouse_segmentation.hash_sum(fields)) -}}
{% endmacro %}
