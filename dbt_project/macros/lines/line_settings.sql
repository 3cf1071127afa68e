{#- A fingerprint of all that decides what is kept of an order line: the mapping with how its values are read, the
    variables, the version of the macros that read, the models, and the version of the engine, whose hashes may
    be others than the last one's. Lines that were kept under another one are read anew. -#}
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
