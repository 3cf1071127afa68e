{#- Fails with one sentence when the mapping of an input cannot be used. The sentence begins with the variable to
    fix. -#}
{% macro check_input(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- if execute and config is not none -%}
    {%- set variable = 'inputs.' ~ input -%}
    {%- set definition = warehouse_segmentation.input_definitions()[input] -%}
    {%- set relation = warehouse_segmentation.relation_of(config, variable) -%}
    {%- for key in config if key not in ['ref', 'source', 'relation', 'columns', 'where', 'read', 'recoded_from']
          + (['bands'] if input == 'customers' else ['is_rolling']) -%}
      {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'is not known here; use ref, source or relation, columns, read and where') -%}
    {%- endfor -%}
    {%- if config.get('columns') is not mapping -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns', 'must map columns, for example {customer_id: id}') -%}
    {%- endif -%}
    {%- if config.get('where') is not none and config.get('where') is not string -%}
      {%- do warehouse_segmentation.fail(variable ~ '.where', "must be a SQL condition such as 'not is_test', not " ~ config.where) -%}
    {%- endif -%}
    {%- if config.get('is_rolling') is not none and config.is_rolling is not boolean -%}
      {%- do warehouse_segmentation.fail(variable ~ '.is_rolling', 'must be true or false, not ' ~ config.is_rolling) -%}
    {%- endif -%}
    {%- for name in definition.required if config.columns.get(name) is none -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, 'is required: map it to a column or SQL expression of ' ~ relation) -%}
    {%- endfor -%}
    {%- if input == 'transactions' and config.columns.get('amount') is none
          and (config.columns.get('quantity') is none or config.columns.get('unit_price') is none) -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns', 'needs amount, or both quantity and unit_price') -%}
    {%- endif -%}
    {%- for name in config.columns if name not in definition.columns -%}
      {%- if not definition.extras_allowed -%}
        {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, 'is not a column of ' ~ input ~ '; its columns are ' ~ definition.columns.keys() | join(', ')) -%}
      {%- else -%}
        {%- do warehouse_segmentation.check_attribute_name(name, variable ~ '.columns.' ~ name) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if config.get('bands') is not none and warehouse_segmentation.input_bands(input) | length == 0 -%}
      {%- do warehouse_segmentation.fail(variable ~ '.bands', 'must be a list of mapped columns such as [age, annual_income], not ' ~ config.bands) -%}
    {%- endif -%}
    {%- for name in warehouse_segmentation.input_bands(input) -%}
      {%- if name not in warehouse_segmentation.input_expressions(input) -%}
        {%- do warehouse_segmentation.fail(variable ~ '.bands', "'" ~ name ~ "' is not among the columns that are mapped; they are "
              ~ warehouse_segmentation.input_expressions(input).keys() | join(', ')) -%}
      {%- elif definition.columns.get(name, 'number') != 'number' -%}
        {%- do warehouse_segmentation.fail(variable ~ '.bands', "'" ~ name ~ "' is no number; bands can be age, annual_income, spending_score and attributes of your own") -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do warehouse_segmentation.check_read(input) -%}
    {%- do warehouse_segmentation.check_recoded_copy(config, variable) -%}
    {%- do warehouse_segmentation.check_input_columns(input, relation) -%}
  {%- endif -%}
{% endmacro %}
