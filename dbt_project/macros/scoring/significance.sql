{#- The standard normal deviate that is as improbable as Student's t with the given degrees of freedom (Wallace 1959).
    At t = 3 the probability is accurate to 3 % from 3 degrees of freedom, and to 0.1 % from 30. -#}
{% macro t_deviate(t, degrees_of_freedom) %}
  {{- return('sqrt(' ~ degrees_of_freedom ~ ' * ln(1 + ' ~ t ~ ' * ' ~ t ~ ' / ' ~ degrees_of_freedom ~ ')) * (8 * ' ~ degrees_of_freedom
        ~ ' + 1) / (8 * ' ~ degrees_of_freedom ~ ' + 3)') -}}
{% endmacro %}

{#- The probability that a standard normal number is at least as far from 0 as `deviate` (not negative),
    from functions that every engine has: a rational approximation of erfc whose relative error is below
    1.2e-7 everywhere (Press et al., Numerical Recipes, 2nd edition, 6.2). -#}
{% macro two_sided_probability(deviate) %}
  {%- set x = '(' ~ deviate ~ ' / 1.4142135623730951e0)' -%}
  {%- set y = '(1 / (1 + ' ~ x ~ ' / 2))' -%}
  {%- set polynomial = namespace(sql='0.17087277e0') -%}
  {%- for coefficient in ['-0.82215223', '1.48851587', '-1.13520398', '0.27886807', '-0.18628806', '0.09678418', '0.37409196', '1.00002368', '-1.26551223'] -%}
    {%- set polynomial.sql = '(' ~ coefficient ~ 'e0 + ' ~ y ~ ' * ' ~ polynomial.sql ~ ')' -%}
  {%- endfor -%}
  {{- return(y ~ ' * exp(' ~ polynomial.sql ~ ' - ' ~ x ~ ' * ' ~ x ~ ')') -}}
{% endmacro %}
