{{- define "gantry.image" -}}
{{ .root.Values.image.registry }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "gantry.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "gantry.labels" -}}
{{ include "gantry.selector" . }}
app.kubernetes.io/part-of: gantry
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* One service's pod. .name, .port, .resources, .pki and .volumes vary. */}}
{{- define "gantry.pod" -}}
metadata:
  labels: {{- include "gantry.labels" . | nindent 4 }}
spec:
  automountServiceAccountToken: false
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: {{ .name }}
      image: {{ include "gantry.image" . }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      ports:
        - {name: http, containerPort: {{ .port }}}
        {{- with .tls }}
        - {name: tls, containerPort: {{ . }}}
        {{- end }}
      env:
        - {name: QUARKUS_HTTP_HOST, value: 0.0.0.0}
        - {name: QUARKUS_CONFIG_LOCATIONS, value: /etc/gantry/secrets/gantry.properties}
        - {name: GANTRY_KAFKA, value: {{ .root.Values.kafka.bootstrapServers | quote }}}
        - {name: GANTRY_POSTGRES_HOST, value: {{ .root.Values.postgres.host | quote }}}
        - {name: GANTRY_POSTGRES_PORT, value: {{ .root.Values.postgres.port | quote }}}
        - {name: GANTRY_PKI_DIR, value: /etc/gantry/pki}
        {{- range $name, $value := .env }}
        - {name: {{ $name }}, value: {{ $value | quote }}}
        {{- end }}
      startupProbe:
        httpGet: {path: /q/health/started, port: http}
        periodSeconds: 2
        failureThreshold: 60
      readinessProbe:
        httpGet: {path: /q/health/ready, port: http}
        periodSeconds: 5
      livenessProbe:
        httpGet: {path: /q/health/live, port: http}
        periodSeconds: 10
      resources: {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        - {name: services, mountPath: /etc/gantry/secrets, readOnly: true}
        - {name: scratch, mountPath: /tmp}
        {{- if .pki }}
        - {name: pki, mountPath: /etc/gantry/pki, readOnly: true}
        {{- end }}
        {{- if .token }}
        - {name: token, mountPath: /etc/gantry/token, readOnly: true}
        {{- end }}
        {{- if .data }}
        - {name: data, mountPath: /var/lib/gantry}
        {{- end }}
  volumes:
    - name: services
      secret: {secretName: {{ .root.Values.secrets.services }}, defaultMode: 0440}
    - name: scratch
      emptyDir: {}
    {{- if .pki }}
    - name: pki
      secret: {secretName: {{ .root.Values.secrets.pki }}, defaultMode: 0440}
    {{- end }}
    {{- if .token }}
    - name: token
      secret: {secretName: {{ .root.Values.secrets.token }}, defaultMode: 0440}
    {{- end }}
{{- end }}

{{- define "gantry.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gantry-{{ .name }}
  labels: {{- include "gantry.labels" . | nindent 4 }}
spec:
  replicas: {{ .replicas }}
  {{- if .alone }}
  strategy: {type: Recreate}
  {{- end }}
  selector:
    matchLabels: {{- include "gantry.selector" . | nindent 6 }}
  template: {{- include "gantry.pod" . | nindent 4 }}
{{- end }}

{{- define "gantry.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: gantry-{{ .name }}
  labels: {{- include "gantry.labels" . | nindent 4 }}
spec:
  type: {{ .type | default "ClusterIP" }}
  selector: {{- include "gantry.selector" . | nindent 4 }}
  ports:
    - {name: http, port: {{ .port }}, targetPort: http}
    {{- with .tls }}
    - {name: tls, port: {{ . }}, targetPort: tls}
    {{- end }}
{{- end }}
