{#- The state of the files of which an input reads a copy, {sources, is_complete, is_current}, from their names,
    sizes and times of change (in seconds, because older versions kept no more), without reading the files. Paths
    are relative to the directory in which dbt runs, as the input's are. -#}
{% macro recoded_copy_state(recoded) %}
  {{- return(adapter.dispatch('segmentation_recoded_copy_state', 'warehouse_segmentation')(recoded)) -}}
{% endmacro %}

{% macro default__segmentation_recoded_copy_state(recoded) %}
  {%- set copies = recoded['copy'] if recoded['copy'].lower()[-4:] in ['.csv', '.tsv', '.txt'] else recoded['copy'] ~ '/**/*.*' -%}
  {%- set query -%}
    with written as (

        select from_json(decode(content), '{"copies": [{"source": "VARCHAR", "size": "BIGINT", "modified": "BIGINT", "copy": "VARCHAR", "copy_size": "BIGINT"}]}') as sidecar
        from read_blob({{ warehouse_segmentation.text_literal(recoded['copy'] ~ '.json') }})

    ),

    known as (

        select entry.source, entry.size, entry.modified // 1000000 as modified, entry.copy, entry.copy_size
        from (select unnest(sidecar.copies) as entry from written) as entries

    ),

    sources as (

        select parse_filename(filename) as name, size, epoch_us(last_modified) // 1000000 as modified
        from read_blob({{ warehouse_segmentation.text_literal(recoded.file) }})

    ),

    copies as (

        select parse_filename(filename) as name, size
        from read_blob({{ warehouse_segmentation.text_literal(copies) }})

    )

    select
        (select count(*) from sources),
        (select count(*) from known) > 0
            and not exists (select parse_filename(copy), copy_size from known except all select name, size from copies)
            and not exists (select name, size from copies except all select parse_filename(copy), copy_size from known),
        not exists (select parse_filename(source), size, modified from known except all select name, size, modified from sources)
            and not exists (select name, size, modified from sources except all select parse_filename(source), size, modified from known)
  {%- endset -%}
  {%- set found = run_query(query).rows[0] -%}
  {{- return({'sources': found[0], 'is_complete': found[1], 'is_current': found[2]}) -}}
{% endmacro %}

{#- Only DuckDB's inputs are files that `segment init` has copied. -#}
{% macro spark__segmentation_recoded_copy_state(recoded) %}
  {{- return({'sources': 1, 'is_complete': true, 'is_current': true}) -}}
{% endmacro %}
