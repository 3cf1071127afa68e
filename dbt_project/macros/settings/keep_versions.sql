{#- How many published versions stay; `segment publish` asks for it too. -#}
{% macro keep_versions() %}
  {%- set versions = var('keep_versions') -%}
  {%- if versions is not integer or versions is boolean or versions < 1 -%}
    {%- do warehouse_segmentation.fail('keep_versions', 'must be a whole number of versions from 1 on, not ' ~ versions) -%}
  {%- endif -%}
  {{- return(versions) -}}
{% endmacro %}
