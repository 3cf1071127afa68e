{#- Fails with one sentence when an entry of an input's `read` cannot be used. The sentence begins with the
    variable to fix. -#}
{% macro check_read(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set entries = config.get('read') -%}
  {%- set variable = 'inputs.' ~ input ~ '.read' -%}
  {%- if entries is not none and entries is not mapping -%}
    {%- do warehouse_segmentation.fail(variable, 'must map columns to how they are read, for example {ordered_at: {format: dd/mm/yyyy}}, not ' ~ entries) -%}
  {%- elif entries is mapping -%}
    {%- set kinds = warehouse_segmentation.input_definitions()[input].columns -%}
    {%- set mapped = warehouse_segmentation.input_expressions(input).keys() | list -%}
    {%- for name, entry in entries.items() if entry is not none -%}
      {%- set at = variable ~ '.' ~ name -%}
      {%- if name not in mapped -%}
        {%- do warehouse_segmentation.fail(at, 'is not among the columns that are mapped; they are ' ~ mapped | join(', ')) -%}
      {%- elif entry is not mapping -%}
        {%- do warehouse_segmentation.fail(at, 'must say how the column is read, for example {nothing: [x]}, not ' ~ entry) -%}
      {%- else -%}
        {%- do warehouse_segmentation.check_read_entry(entry, kinds.get(name, 'attribute'), name, at) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
