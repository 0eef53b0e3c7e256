package signaling

import "github.com/prometheus/client_golang/prometheus"

// metrics are what a server counts.
type metrics struct {
	pages  *prometheus.GaugeVec
	frames *prometheus.CounterVec
	errors *prometheus.CounterVec
	slow   prometheus.Counter
}

func newMetrics() *metrics {
	return &metrics{
		pages:  prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "muster_pages", Help: "Connected pages."}, []string{"page"}),
		frames: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "muster_frames_total", Help: "Frames from pages."}, []string{"type"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "muster_page_errors_total", Help: "Errors that pages were told."}, []string{"code"}),
		slow:   prometheus.NewCounter(prometheus.CounterOpts{Name: "muster_slow_pages_total", Help: "Pages closed because their outbox was full."}),
	}
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.pages, m.frames, m.errors, m.slow}
}

// Describe implements prometheus.Collector.
func (s *Server) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range s.metrics.all() {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (s *Server) Collect(ch chan<- prometheus.Metric) {
	for _, c := range s.metrics.all() {
		c.Collect(ch)
	}
}
