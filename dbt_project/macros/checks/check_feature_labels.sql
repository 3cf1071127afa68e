{#- Fails with one sentence where `feature_labels` names no feature, or calls two of them the same. -#}
{% macro check_feature_labels() %}
  {%- set given = var('feature_labels', none) or {} -%}
  {%- if given is not mapping -%}
    {%- do warehouse_segmentation.fail('feature_labels', 'must be a mapping of features to what people call them, such as {avg_order_value: spend per order}') -%}
  {%- endif -%}
  {%- if execute and given -%}
    {%- set known = warehouse_segmentation.feature_definitions() | map(attribute='name') | list + warehouse_segmentation.extra_attributes() -%}
    {%- for relation in warehouse_segmentation.given_features() -%}
      {%- do known.extend(relation.columns | map(attribute='name')) -%}
    {%- endfor -%}
    {%- for name, label in given.items() -%}
      {%- if name not in known -%}
        {%- do warehouse_segmentation.fail('feature_labels.' ~ name, 'is no feature; there are ' ~ known | join(', ')) -%}
      {%- elif label is not string or not label | trim or label.split('\n') | length > 1 or modules.re.search('[,=:]', label) -%}
        {%- do warehouse_segmentation.fail('feature_labels.' ~ name, 'must be a few words on one line, without a comma, a colon or an equals sign, such as spend per order') -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set labels = {} -%}
    {%- for name in known -%}
      {%- set label = warehouse_segmentation.feature_label(name) -%}
      {%- if label | lower in labels and (name in given or labels[label | lower] in given) -%}
        {%- do warehouse_segmentation.fail('feature_labels', "calls two features '" ~ label ~ "': " ~ labels[label | lower] ~ ' and ' ~ name ~ '; give one of them other words') -%}
      {%- endif -%}
      {%- do labels.update({label | lower: name}) -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
