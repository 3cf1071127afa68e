{#- The features of one segmentation with every default filled in and every value checked. -#}
{% macro feature_specs(features, variable) %}
  {%- set specs = [] -%}
  {%- if not features or features is string or features is mapping -%}
    {%- do warehouse_segmentation.fail(variable, 'must be a list with at least one feature, for example [{name: orders, transform: log}]') -%}
    {{- return(specs) -}}
  {%- endif -%}
  {%- set kinds = {} -%}
  {%- for feature in warehouse_segmentation.feature_definitions() -%}{%- do kinds.update({feature.name: feature.kind}) -%}{%- endfor -%}
  {%- for name in warehouse_segmentation.extra_attributes() -%}{%- do kinds.update({name: none}) -%}{%- endfor -%}
  {#- Names that only the warehouse knows are judged in training_specs(): finding out here would make the
      models that clean the inputs depend on the relations. -#}
  {%- set others = namespace(may_be=false) -%}
  {%- for entry in warehouse_segmentation.feature_relations() if entry.config is mapping -%}
    {%- if entry.config.get('columns') is none -%}{%- set others.may_be = true -%}{%- endif -%}
    {%- for name in warehouse_segmentation.feature_expressions(entry.config) if name != 'customer_id' -%}{%- do kinds.update({name: none}) -%}{%- endfor -%}
  {%- endfor -%}
  {%- for given in features -%}
    {%- set config = {'name': given} if given is string else given -%}
    {%- set at = variable ~ '[' ~ loop.index0 ~ ']' -%}
    {%- if config is not mapping or config.get('name') is not string -%}
      {%- do warehouse_segmentation.fail(at, 'must have a name') -%}
    {%- else -%}
      {%- for key in config if key not in ['name', 'transform', 'impute', 'winsor', 'weight'] -%}
        {%- do warehouse_segmentation.fail(at ~ '.' ~ key, 'is not known; a feature has name, transform, impute, winsor and weight') -%}
      {%- endfor -%}
      {%- if config.name not in kinds and not others.may_be -%}
        {%- do warehouse_segmentation.fail(at, "there is no feature '" ~ config.name ~ "'; there are " ~ kinds.keys() | join(', ')) -%}
      {%- endif -%}
      {%- if config.name in specs | map(attribute='name') -%}
        {%- do warehouse_segmentation.fail(at, "'" ~ config.name ~ "' stands there twice; raise its weight instead") -%}
      {%- endif -%}
      {%- set transform = config.get('transform') or 'none' -%}
      {%- if transform not in ['none', 'log', 'sqrt'] -%}
        {%- do warehouse_segmentation.fail(at ~ '.transform', "must be none, log or sqrt, not '" ~ transform ~ "'") -%}
      {%- endif -%}
      {%- if kinds.get(config.name) == 'category' and (transform != 'none' or 'impute' in config or 'winsor' in config) -%}
        {%- do warehouse_segmentation.fail(at, "'" ~ config.name ~ "' is a category, which takes neither transform nor impute nor winsor") -%}
      {%- endif -%}
      {%- set impute = config.get('impute', 'median') -%}
      {%- if impute not in ['median', 'zero'] and (impute is not number or impute is boolean) -%}
        {%- do warehouse_segmentation.fail(at ~ '.impute', "must be median, zero or a number, not '" ~ impute ~ "'") -%}
      {%- endif -%}
      {%- set winsor = config.get('winsor', [0.01, 0.99] if transform == 'none' else [0.001, 0.999]) -%}
      {%- if winsor is not none and (winsor is string or winsor is not sequence or winsor | length != 2
            or winsor[0] is not number or winsor[1] is not number or not (0 <= winsor[0] < winsor[1] <= 1)) -%}
        {%- do warehouse_segmentation.fail(at ~ '.winsor', 'must be two rising quantiles from 0 to 1 such as [0.01, 0.99], or null, not ' ~ winsor) -%}
      {%- endif -%}
      {%- set weight = config.get('weight', 1) -%}
      {%- if weight is not number or weight is boolean or weight <= 0 -%}
        {%- do warehouse_segmentation.fail(at ~ '.weight', 'must be a number above 0, not ' ~ weight) -%}
      {%- endif -%}
      {%- do specs.append({'name': config.name, 'kind': kinds.get(config.name), 'transform': transform, 'impute': impute,
                           'winsor': winsor, 'weight': weight}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(specs) -}}
{% endmacro %}
