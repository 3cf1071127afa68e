{#- Stops where an input reads a UTF-8 copy of a file that has changed since. `segment run` renews the copy; dbt
    cannot, and an old copy would give old numbers. The name, size and modification time of the source are kept beside
    the copy; the file is unchanged while these are the same. Generating documentation needs no data, so it is not
    stopped. -#}
{% macro check_recoded_copy(config, variable) %}
  {%- set recoded = config.get('recoded_from') -%}
  {%- if recoded is not none and flags.WHICH not in ['compile', 'generate'] -%}
    {%- set variable = variable ~ '.recoded_from' -%}
    {%- if recoded is not mapping or recoded.get('file') is not string or recoded.get('copy') is not string -%}
      {%- do warehouse_segmentation.fail(variable, 'must have a file, its encoding and the copy of it, as `segment init` writes them') -%}
    {%- endif -%}
    {%- set found = warehouse_segmentation.recoded_copy_state(recoded) -%}
    {%- set copy = 'the copy of ' ~ recoded.file ~ ' in UTF-8, ' ~ recoded['copy'] ~ ',' -%}
    {%- if found.sources == 0 -%}
      {%- do warehouse_segmentation.fail(variable, 'the input reads a copy of the file ' ~ recoded.file ~ ', which does not exist; put it back') -%}
    {%- elif not found.is_complete -%}
      {%- do warehouse_segmentation.fail(variable, copy ~ ' is not there or not complete; run `segment run`, which makes it again') -%}
    {%- elif not found.is_current -%}
      {%- do warehouse_segmentation.fail(variable, copy ~ ' is older than the file; run `segment run`, which makes it again') -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}

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
