{#- Every column of customer_features after customer_id, in order: the one place for a feature's type, unit, source
    and definition, for who cannot have a value, and for the phrase of its mean after 'on average' (naming.py has the
    same phrases). feature_catalog publishes all but the phrases. -#}
{% macro feature_definitions() %}
  {{- return([
    {'name': 'days_since_last_order', 'group': 'rfm', 'kind': 'numeric', 'unit': 'days', 'source': 'transactions',
     'definition': 'Days from the last order to as_of_date; NULL without an order.',
     'phrase': 'a last order {} days ago',
     'lacked_by': 'customers without an order', 'instead': 'a population of orders > 0 leaves them out'},
    {'name': 'orders', 'group': 'rfm', 'kind': 'numeric', 'unit': 'orders', 'source': 'transactions',
     'definition': 'Orders with a line of positive value that was not cancelled; 0 without one, NULL where no transactions are mapped.',
     'phrase': '{} orders'},
    {'name': 'net_revenue', 'group': 'rfm', 'kind': 'numeric', 'unit': 'money', 'source': 'transactions',
     'definition': 'Value of all lines that were not cancelled, minus returns; 0 without a line, NULL where no transactions are mapped.',
     'phrase': '{} spent'},
    {'name': 'avg_order_value', 'group': 'spend', 'kind': 'numeric', 'unit': 'money per order', 'source': 'transactions',
     'definition': 'Gross value of the orders that count / their number; NULL without an order.',
     'phrase': '{} an order',
     'lacked_by': 'customers without an order', 'instead': 'a population of orders > 0 leaves them out'},
    {'name': 'order_value_cv', 'group': 'spend', 'kind': 'numeric', 'unit': 'ratio', 'source': 'transactions',
     'definition': 'Population standard deviation of the value of orders that count / its mean; NULL with fewer than two orders.',
     'phrase': 'an order value variation of {}',
     'lacked_by': 'customers with fewer than two orders', 'instead': 'a population of orders > 1 leaves them out'},
    {'name': 'units_per_order', 'group': 'spend', 'kind': 'numeric', 'unit': 'units per order', 'source': 'transactions',
     'definition': 'Units on the lines that make orders count / orders; NULL without an order or a mapped quantity.',
     'phrase': '{} units an order',
     'lacked_by': 'customers without an order', 'instead': 'a population of orders > 0 leaves them out'},
    {'name': 'days_since_first_order', 'group': 'spend', 'kind': 'numeric', 'unit': 'days', 'source': 'transactions',
     'definition': 'Days from the first order to as_of_date; NULL without an order.',
     'phrase': 'a first order {} days ago',
     'lacked_by': 'customers without an order', 'instead': 'a population of orders > 0 leaves them out'},
    {'name': 'avg_days_between_orders', 'group': 'spend', 'kind': 'numeric', 'unit': 'days', 'source': 'transactions',
     'definition': 'Days from the first to the last order / (orders - 1); NULL with fewer than two orders.',
     'phrase': '{} days between orders',
     'lacked_by': 'customers with fewer than two orders', 'instead': 'days_since_first_order says for everyone with an order how long they have bought, or a population of orders > 1 leaves them out'},
    {'name': 'orders_last_90d', 'group': 'spend', 'kind': 'numeric', 'unit': 'orders', 'source': 'transactions',
     'definition': 'Orders in the 90 days before as_of_date; 0 without one, NULL where no transactions are mapped.',
     'phrase': '{} orders in 90 days'},
    {'name': 'net_revenue_last_90d', 'group': 'spend', 'kind': 'numeric', 'unit': 'money', 'source': 'transactions',
     'definition': 'Net revenue of the 90 days before as_of_date; 0 without any, NULL where no transactions are mapped.',
     'phrase': '{} spent in 90 days'},
    {'name': 'net_revenue_last_365d', 'group': 'spend', 'kind': 'numeric', 'unit': 'money', 'source': 'transactions',
     'definition': 'Net revenue of the 365 days before as_of_date; 0 without any, NULL where no transactions are mapped.',
     'phrase': '{} spent in 365 days'},
    {'name': 'revenue_trend', 'group': 'spend', 'kind': 'numeric', 'unit': 'ratio from -1 to 1', 'source': 'transactions',
     'definition': '(Net revenue of the last 180 days - that of the 180 days before) / the sum of their absolute values; 1 is all recent, -1 all earlier, NULL without revenue in either.',
     'phrase': 'a revenue trend of {}',
     'lacked_by': 'customers without revenue in the last 360 days', 'instead': 'net_revenue_last_90d is 0 for them'},
    {'name': 'distinct_products', 'group': 'spend', 'kind': 'numeric', 'unit': 'products', 'source': 'transactions',
     'definition': 'Different products bought on lines that count; 0 without an order, NULL where no product is mapped.',
     'phrase': '{} different products'},
    {'name': 'distinct_categories', 'group': 'spend', 'kind': 'numeric', 'unit': 'categories', 'source': 'transactions',
     'definition': 'Different product categories on lines that count, spellings unified; 0 without an order, NULL where no category is mapped.',
     'phrase': '{} different categories'},
    {'name': 'top_category', 'group': 'spend', 'kind': 'category', 'unit': 'category', 'source': 'transactions',
     'definition': 'Category with the largest value on lines that count, on a tie the first by name; NULL without a known category.'},
    {'name': 'top_category_share', 'group': 'spend', 'kind': 'numeric', 'unit': 'share', 'source': 'transactions',
     'definition': 'Value in the top category / value in all known categories; NULL without a known category.',
     'phrase': '{} spent in one category',
     'lacked_by': 'customers without an order of a known category', 'instead': 'a population of orders > 0 leaves most of them out'},
    {'name': 'discount_share', 'group': 'spend', 'kind': 'numeric', 'unit': 'share', 'source': 'transactions',
     'definition': 'Discount / value before discount on lines that count; NULL without an order or a mapped discount.',
     'phrase': '{} discount',
     'lacked_by': 'customers without an order', 'instead': 'a population of orders > 0 leaves them out'},
    {'name': 'return_rate', 'group': 'spend', 'kind': 'numeric', 'unit': 'share', 'source': 'transactions',
     'definition': 'Returned or cancelled value / gross value (cancelled lines included); NULL without gross value; above 1 when returns belong to purchases outside the data.',
     'phrase': '{} returned',
     'lacked_by': 'customers without gross value', 'instead': 'a population of orders > 0 leaves most of them out'},
    {'name': 'weekend_order_share', 'group': 'spend', 'kind': 'numeric', 'unit': 'share', 'source': 'transactions',
     'definition': 'Share of orders that count on Saturdays and Sundays, local time; NULL without an order.',
     'phrase': '{} of orders at weekends',
     'lacked_by': 'customers without an order', 'instead': 'a population of orders > 0 leaves them out'},
    {'name': 'avg_order_hour', 'group': 'spend', 'kind': 'numeric', 'unit': 'hour of day', 'source': 'transactions',
     'definition': 'Circular mean of the local time of orders that count, so that 23:00 and 01:00 average to midnight; NULL without an order or where the hours have no mean.',
     'phrase': 'an order hour of {}',
     'lacked_by': 'customers without an order, or who order around the clock', 'instead': 'weekend_order_share exists for everyone with an order'},
    {'name': 'main_channel', 'group': 'spend', 'kind': 'category', 'unit': 'channel', 'source': 'transactions',
     'definition': 'Channel of most orders that count, on a tie the first by name; NULL without a known channel.'},
    {'name': 'events_last_90d', 'group': 'engagement', 'kind': 'numeric', 'unit': 'events', 'source': 'events',
     'definition': 'Web events in the 90 days before as_of_date; 0 without one, NULL where events are not mapped.',
     'phrase': '{} visits in 90 days'},
    {'name': 'active_days_last_90d', 'group': 'engagement', 'kind': 'numeric', 'unit': 'days', 'source': 'events',
     'definition': 'Days with a web event in the 90 days before as_of_date; 0 without one, NULL where events are not mapped.',
     'phrase': '{} active days in 90 days'},
    {'name': 'days_since_last_event', 'group': 'engagement', 'kind': 'numeric', 'unit': 'days', 'source': 'events',
     'definition': 'Days from the last web event to as_of_date; NULL without one.',
     'phrase': 'a last visit {} days ago',
     'lacked_by': 'customers without a web event', 'instead': 'active_days_last_90d is 0 for them'},
    {'name': 'age', 'group': 'demographics', 'kind': 'numeric', 'unit': 'years', 'source': 'customers',
     'definition': 'Completed years at as_of_date from birth_date, or the age given; NULL outside 0 to 120.',
     'phrase': 'an age of {}',
     'lacked_by': 'customers whose age is unknown'},
    {'name': 'gender', 'group': 'demographics', 'kind': 'category', 'unit': 'category', 'source': 'customers',
     'definition': 'Gender with unified spellings (F, Female and woman are female); NULL where unknown.'},
    {'name': 'annual_income', 'group': 'demographics', 'kind': 'numeric', 'unit': 'money a year', 'source': 'customers',
     'definition': 'Income per year as mapped; NULL when negative.',
     'phrase': 'an income of {}',
     'lacked_by': 'customers whose income is unknown'},
    {'name': 'spending_score', 'group': 'demographics', 'kind': 'numeric', 'unit': 'score as mapped', 'source': 'customers',
     'definition': 'Spending score as mapped, often 1 to 100.',
     'phrase': 'a spending score of {}',
     'lacked_by': 'customers whose score is unknown'},
    {'name': 'tenure_days', 'group': 'demographics', 'kind': 'numeric', 'unit': 'days', 'source': 'customers',
     'definition': 'Days from the sign-up to as_of_date; NULL where it is unknown.',
     'phrase': 'a sign-up {} days ago',
     'lacked_by': 'customers whose sign-up is unknown', 'instead': 'days_since_first_order says for everyone with an order how long they have bought'},
    {'name': 'country', 'group': 'demographics', 'kind': 'category', 'unit': 'country', 'source': 'customers',
     'definition': 'Country, in its most common spelling.'}
  ]) -}}
{% endmacro %}

{#- The readable name of a feature: from `feature_labels`, or else its name in words. -#}
{% macro feature_label(name) %}
  {%- set given = var('feature_labels', none) or {} -%}
  {%- if name in given -%}{{- return(given[name] | trim) -}}{%- endif -%}
  {%- set spelt_out = {'avg': 'average', 'cv': 'variation', '90d': '90 days', '365d': '365 days'} -%}
  {%- set words = [] -%}
  {%- for word in name.replace('_', ' ').split() -%}{%- do words.append(spelt_out.get(word, word)) -%}{%- endfor -%}
  {{- return(words | join(' ')) -}}
{% endmacro %}

{#- Fails with one sentence where `feature_labels` names an unknown feature, or gives two features the same label. -#}
{% macro check_feature_labels() %}
  {%- set given = var('feature_labels', none) or {} -%}
  {%- if given is not mapping -%}
    {%- do warehouse_segmentation.fail('feature_labels', 'must be a mapping of features to readable names, such as {avg_order_value: spend per order}') -%}
  {%- endif -%}
  {%- if execute and given -%}
    {%- set known = warehouse_segmentation.feature_definitions() | map(attribute='name') | list + warehouse_segmentation.extra_attributes() -%}
    {%- for relation in warehouse_segmentation.given_features() -%}
      {%- do known.extend(relation.columns | map(attribute='name')) -%}
    {%- endfor -%}
    {%- for name, label in given.items() -%}
      {%- if name not in known -%}
        {%- do warehouse_segmentation.fail('feature_labels.' ~ name, 'is not a feature; there are ' ~ known | join(', ')) -%}
      {%- elif label is not string or not label | trim or label.split('\n') | length > 1 or modules.re.search('[,=:]', label) -%}
        {%- do warehouse_segmentation.fail('feature_labels.' ~ name, 'must be a few words on one line, without a comma, a colon or an equals sign, such as spend per order') -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set labels = {} -%}
    {%- for name in known -%}
      {%- set label = warehouse_segmentation.feature_label(name) -%}
      {%- if label | lower in labels and (name in given or labels[label | lower] in given) -%}
        {%- do warehouse_segmentation.fail('feature_labels', "calls two features '" ~ label ~ "': " ~ labels[label | lower] ~ ' and ' ~ name ~ '; give one of them another label') -%}
      {%- endif -%}
      {%- do labels.update({label | lower: name}) -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}

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
  {#- Names that only the warehouse knows are checked in training_specs(): checking them here would make the models
      that clean the inputs depend on the relations. -#}
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
        {%- do warehouse_segmentation.fail(at, "'" ~ config.name ~ "' is there twice; raise its weight instead") -%}
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

{#- What a segmentation does with customers without a value of a feature, in words; empty where every customer
    has one. `feature` is {kind, lacked_by, instead}, of which the last two may be absent. -#}
{% macro when_missing(feature) %}
  {%- if feature.kind == 'category' -%}
    {{- return('A missing value is a level of its own.') -}}
  {%- elif feature.kind == 'numeric' and (feature.lacked_by or feature.may_be_missing) -%}
    {{- return(('Missing for ' ~ feature.lacked_by ~ '. ' if feature.lacked_by else '')
          ~ 'A segmentation gives those without a value the median of the others, which its verdict does not count as a group'
          ~ ('; ' ~ feature.instead if feature.instead else '') ~ '.') -}}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}

{#- What `feature_relations` provide, one entry per relation: {name, variable, relation, is_known, query, id_type,
    columns: [{name, type, kind, definition}]}. `query` selects customer_id and the columns as they come, without the
    rows of customers who were forgotten. While nothing is executed, or a relation is not built yet, it is not known,
    and its columns are those that the settings name. -#}
{% macro given_features() %}
  {%- set found = [] -%}
  {%- for entry in warehouse_segmentation.feature_relations() -%}
    {%- set config = entry.config -%}
    {#- resolved while parsing too, so that dbt records the dependency -#}
    {%- set relation = warehouse_segmentation.relation_of(config, entry.variable) -%}
    {%- if config is mapping -%}
      {%- set named = config.get('ref') or config.get('source') or config.get('relation') -%}
      {%- set name = (named if named is string else named | join('.')) | trim -%}
      {%- set expressions = warehouse_segmentation.feature_expressions(config) -%}
      {%- set is_known = execute and not warehouse_segmentation.relation_is_missing(relation) -%}
      {%- if is_known and config.get('columns') is none -%}
        {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) if column.name | lower != 'customer_id' -%}
          {%- do expressions.update({column.name: warehouse_segmentation.quoted(column.name)}) -%}
        {%- endfor -%}
      {%- endif -%}
      {%- set selected = [] -%}
      {%- for column, expression in warehouse_segmentation.column_expressions(expressions, relation).items() -%}
        {%- do selected.append(expression ~ ' as ' ~ warehouse_segmentation.quoted(column)) -%}
      {%- endfor -%}
      {%- set query = 'select ' ~ selected | join(', ') ~ ' from ' ~ relation ~ (' where ' ~ config.where if config.get('where') else '') -%}
      {%- set types = {} -%}
      {%- if is_known -%}
        {%- for column in warehouse_segmentation.query_columns(query) -%}{%- do types.update({column.name: column.type}) -%}{%- endfor -%}
      {%- endif -%}
      {%- set forgotten = warehouse_segmentation.forgotten_relation() if 'customer_id' in types else none -%}
      {%- if forgotten is not none -%}
        {%- set customer_id = warehouse_segmentation.id_text(warehouse_segmentation.quoted('customer_id'), types.customer_id) -%}
        {%- set query = warehouse_segmentation.forgotten_rows(query, customer_id, forgotten, is_kept=true) -%}
      {%- endif -%}
      {%- set columns = [] -%}
      {%- for column, expression in expressions.items() if column != 'customer_id' -%}
        {%- set type = types.get(column) -%}
        {%- set is_plain = expression in [column, warehouse_segmentation.quoted(column)] -%}
        {%- do columns.append({
              'name': column,
              'type': type,
              'kind': {'number': 'numeric', 'boolean': 'numeric', 'text': 'category'}.get(warehouse_segmentation.type_family(type), 'other') if type else none,
              'definition': 'As given by ' ~ name ~ ('' if is_plain else ': ' ~ expression)}) -%}
      {%- endfor -%}
      {%- do found.append({'name': name, 'variable': entry.variable, 'relation': relation, 'is_known': is_known, 'query': query,
                           'id_type': types.get('customer_id', 'varchar'), 'columns': columns}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(found) -}}
{% endmacro %}

{#- Names of the customers' mapped columns that are not canonical: CRM fields, survey answers. -#}
{% macro extra_attributes() %}
  {%- set canonical = warehouse_segmentation.input_definitions()['customers'].columns -%}
  {{- return(warehouse_segmentation.input_expressions('customers').keys() | reject('in', canonical) | list) -}}
{% endmacro %}
