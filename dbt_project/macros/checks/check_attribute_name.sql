{#- Fails when an extra attribute of the customers has a name that its way through the models cannot
    keep: that of a feature, of a working column, or of another attribute in other letters' case. -#}
{% macro check_attribute_name(name, variable) %}
  {%- set folded = name | lower -%}
  {%- set working = ['reject_reason', 'record', 'birth_at', 'signed_up_date', 'age_given', 'birth_date_text', 'age_text', 'annual_income_text',
                     'spending_score_text', 'signed_up_at_text', 'as_of_date', 'occurrence', 'computed_age', 'reason', 'age_reason',
                     'income_reason', 'score_reason', 'sign_up_reason', 'band_reason', 'has_unread_band', 'has_unread_value', 'value_reason', 'is_stand_in_birth',
                     'is_stand_in_sign_up', 'born_date', 'segmentation', 'segment_id', 'model_id', 'sample_hash',
                     'sample_weight', 'sample_revenue', 'population_customers', 'customers', 'squared_length', 'distance_beyond_caps'] -%}
  {%- set canonical = warehouse_segmentation.input_definitions()['customers'].columns.keys() | list -%}
  {%- if folded in warehouse_segmentation.feature_definitions() | map(attribute='name') -%}
    {%- do warehouse_segmentation.fail(variable, 'is the name of a feature this package computes; give the attribute another name') -%}
  {%- elif folded in working or folded in canonical or folded.startswith('read_text_') -%}
    {%- do warehouse_segmentation.fail(variable, 'is a name this package needs for itself; give the attribute another name') -%}
  {%- elif '"' in name or '`' in name -%}
    {%- do warehouse_segmentation.fail(variable, 'has a quotation mark in its name; give the attribute another name') -%}
  {%- elif warehouse_segmentation.extra_attributes() | map('lower') | select('equalto', folded) | list | length > 1 -%}
    {%- do warehouse_segmentation.fail(variable, 'stands there twice, in capital and in small letters; give one of the two another name') -%}
  {%- endif -%}
{% endmacro %}
