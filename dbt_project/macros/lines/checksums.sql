{#- The checksum of order lines over every field that is kept: of the lines in the input or, with `is_kept`, of the
    kept ones. Whether a line repeats another is left out, because that is computed after reading; the hash of its id
    and the source of its text are included. -#}
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

{#- The sum of the hashes of rows, the same in whatever order they come: 64 bits would not be enough. -#}
{% macro hash_sum(expressions) %}
  {{- return(adapter.dispatch('segmentation_hash_sum', 'warehouse_segmentation')(warehouse_segmentation.hashed(expressions))) -}}
{% endmacro %}

{% macro default__segmentation_hash_sum(hashed) %}
  {#- which is summed in 128 bits, in half the time of DECIMAL -#}
  {{- return('cast(sum(' ~ hashed ~ ') as decimal(38, 0))') -}}
{% endmacro %}

{% macro spark__segmentation_hash_sum(hashed) %}
  {{- return('cast(sum(cast(' ~ hashed ~ ' as decimal(20, 0))) as decimal(38, 0))') -}}
{% endmacro %}

{#- A fingerprint of everything that decides what is kept of an order line: the mapping and how its values are read,
    the variables, the version of the reading macros, the models, and the version of the engine, because its hashes
    may differ between versions. Lines that were kept under another fingerprint are read again. -#}
{% macro line_settings() %}
  {%- set settings = [
        warehouse_segmentation.reading_version(), var('inputs', {}).get('transactions'), var('time_zone'), var('cancelled_statuses'),
        var('ignored_statuses')] -%}
  {%- for name in ['stg_segmentation__transactions', 'int_segmentation__order_lines'] -%}
    {%- do settings.append(graph.nodes['model.warehouse_segmentation.' ~ name].checksum.checksum) -%}
  {%- endfor -%}
  {%- do settings.append(run_query('select version()').rows[0][0] | string) -%}
  {{- return(local_md5(tojson(settings))) -}}
{% endmacro %}

{#- An order line as readable text, for rejected_records. -#}
{% macro line_record() %}
  {{- return(warehouse_segmentation.record_text({
        'order_id': 'order_id', 'line_id': 'line_id', 'customer_id': 'customer_id', 'product_id': 'product_id',
        'quantity': 'quantity_given', 'unit_price': 'unit_price_given', 'discount_amount': 'discount_amount_given',
        'amount': 'amount_given', 'is_return': 'is_return_given', 'status': 'status', 'ordered_at': 'ordered_at_given'
      }, warehouse_segmentation.input_types('transactions'))) -}}
{% endmacro %}
