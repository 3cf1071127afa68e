{#- A fingerprint of all that decides what is made of an order line: the mapping with how its values are read, the
    variables, the version of the macros that read, and the models themselves. Months that were made under
    another one are made anew. -#}
{% macro monthly_settings() %}
  {%- set settings = [
        warehouse_segmentation.reading_version(), var('inputs', {}).get('transactions'), var('time_zone'), var('cancelled_statuses'),
        var('ignored_statuses'), var('lookback_days', none)] -%}
  {%- for name in ['stg_segmentation__transactions', 'int_segmentation__order_lines'] + warehouse_segmentation.monthly_models() -%}
    {%- do settings.append(graph.nodes['model.warehouse_segmentation.' ~ name].checksum.checksum) -%}
  {%- endfor -%}
  {{- return(local_md5(tojson(settings))) -}}
{% endmacro %}
